"""The pages that a user sees in the browser, and the operations behind their forms."""
