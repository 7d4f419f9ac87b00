"""Provomröstning: a whole vote among the staff, watermarked everywhere, that cannot leak into the real one."""
