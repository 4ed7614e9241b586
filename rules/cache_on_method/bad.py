from functools import cache


def run(n=1500):
    class Picture:
        def __init__(self, number):
            self.pixels = bytearray(100_000)
            self.pixels[0] = number % 256

        @cache  # expect: cache-on-method
        def brightness(self):
            return self.pixels[0] / 255

    total = 0.0
    for number in range(n):
        picture = Picture(number)
        total += picture.brightness() + picture.brightness()
    return total
