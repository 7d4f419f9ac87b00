"""Makes a file that somebody sent harmless, or refuses it: by what it holds, never by what it is called.

    clean = sanitising.sanitise(data)

Images are drawn anew, PDFs written anew without anything that acts (`images`, `pdf`). Both read what strangers send
with large libraries, so they run in a process of their own that has little memory, little time, no environment and
may write no file (`apart`); this package imports neither Flask nor a database.
"""

from app.nominations.sanitising.apart import sanitise
from app.nominations.sanitising.outcome import MOST_PAGES, MOST_PIXELS, Clean, Kind, Refused, Why

__all__ = ["MOST_PAGES", "MOST_PIXELS", "Clean", "Kind", "Refused", "Why", "sanitise"]
