"""What a source is asked for, the time it can vouch for, and what is known of it from run to run."""
