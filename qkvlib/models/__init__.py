"""What is read from files and run: an encoder, a decoder, their weights and their tokens.

`files` finds a published file and believes it only with the right sha256. `encoder` runs
all-MiniLM-L6-v2, and `decoder` SmolLM2-135M-Instruct, which `sampling` lets write. Each model's
weights and tokenizer have a module of their own, and so has what ships of it.
"""
