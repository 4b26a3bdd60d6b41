package slack

// testSlackPhrases has every phrase that the adapter speaks on Slack alone.
func testSlackPhrases() map[string]string {
	return map[string]string{
		"app-name": "signpost", "app-about": "What to say.", "command-about": "Find help", "command-hint": "[a need]",
		"shortcut": "Find signposting", "shortcut-about": "See who can help",
		"chosen": "You chose:", "share": "Share here", "shared-by": "Shared by",
		"home-about": "Type what you noticed.", "home-urgent": "In danger? 999.", "home-notice": "What did you notice?", "home-notice-hint": "In your words",
		"home-topics": "Or a topic", "home-choose": "Choose", "home-you": "You", "home-guide": "Guide: https://guide.example/", "home-reviewed": "Reviewed:", "home-checked": "Services say when.",
		"modal-close": "Close", "modal-send": "Send to me", "modal-post": "Share in the thread", "modal-privacy": "Words dropped.", "modal-nothing": "Nothing for that.",
		"modal-sent": "Sent.", "modal-posted": "Shared.", "modal-absent": "Not in that channel.",
	}
}
