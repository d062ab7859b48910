"""The app itself: its keys, its stack of screens, who is signed in, and what wakes it."""
