"""Tools on their way to other programs and back: packs, XLSForm, documents for word processors, our own YAML."""
