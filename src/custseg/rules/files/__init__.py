"""Policy files: read, layered, told what is wrong with them, and written again."""
