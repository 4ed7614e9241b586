"""What keeping bytes takes: the drives' own electricity, from published averages.

Watts per terabyte of drives in data centres in 2020: 6.5 W for a hard disk of 10 TB, 6 W for a solid-state drive of
5 TB, so 0.65 and 1.2 W per TB, the two ends of the range. Cloud Carbon Footprint, Methodology, "Storage"
(https://www.cloudcarbonfootprint.org/docs/methodology/#storage), which projects them from A. Shehabi et al., United
States Data Center Usage Report, LBNL-1005775, 2016. Neither copies (replication, backups) nor cooling are in it.

A drive draws the same however full it is: these watts are saved where fewer or smaller drives are powered, not on the
day that a file is deleted.
"""

from __future__ import annotations

HDD_W_PER_TB = 0.65
SSD_W_PER_TB = 1.2
SOURCE = "Cloud Carbon Footprint, Methodology, Storage: 0.65 W/TB (hard disk) to 1.2 W/TB (solid state), drives of 2020"
_HOURS_PER_YEAR = 8766


def kwh_per_year(stored_bytes: int) -> tuple[float, float]:
    """Kilowatt-hours to keep so many bytes for a year, on one copy: on hard disks, and on solid-state drives."""
    low, high = (watts * stored_bytes / 1e12 * _HOURS_PER_YEAR / 1000 for watts in (HDD_W_PER_TB, SSD_W_PER_TB))
    return low, high
