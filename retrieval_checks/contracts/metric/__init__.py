"""The rules of a metric: cases, the function that is asked, the exact values, what must hold."""
