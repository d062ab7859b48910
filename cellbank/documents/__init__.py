"""From a view to paper, by way of the labels package."""
