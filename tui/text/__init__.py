"""Records in words, as plain data that no markup can reach."""
