"""What was published, and what it leaves open."""
