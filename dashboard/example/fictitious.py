"""Fictitious work around the year: partners, missions, meetings, agreements and follow-ups, each marked "Example"."""
