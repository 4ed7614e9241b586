"""``python -m greenprof`` is the same as ``greenprof``."""

from greenprof.cli import main

if __name__ == "__main__":
    main()
