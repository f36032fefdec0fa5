"""The same small connector in each tool: what stands above `# How it is run` is what an engineer writes."""
