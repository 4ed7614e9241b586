"""``greenprof rightsize``: requests and limits of a container from what its program was measured to use.

`measured` takes the use out of reports, `advice` makes quantities of it, `manifest` finds the container and writes the
quantities where they belong, `proposal` is the story, `show` tells it.
"""
