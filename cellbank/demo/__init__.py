"""The fictional journey: a whole bank built through the real services and rules, on a clock that ends now."""
