"""What the gate judges by, gathered from the store: asked by services, views and documents alike."""
