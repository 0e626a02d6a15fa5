"""What one post is, exactly, and the record of it."""
