"""The screens: one a station, and the small ones that ask, show and answer."""
