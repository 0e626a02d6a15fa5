"""The values of single keys: where, context, bind and marks, durations and names."""
