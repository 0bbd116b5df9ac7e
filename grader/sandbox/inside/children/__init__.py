"""What workers without namespaces, and each Python that they start, use to share within their home."""
