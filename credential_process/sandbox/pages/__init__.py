"""The pages that a user sees in the browser, and what their forms do."""
