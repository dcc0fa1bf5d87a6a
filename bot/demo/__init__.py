"""The demo: a sample business that anybody can try, and its page with five phones over one clock (docs/demo.md)."""
