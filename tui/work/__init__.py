"""What outlives a screen: acts being written, scans and codes in turn, long jobs, documents on their way out."""
