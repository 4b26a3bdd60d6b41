// Package prompts embeds the content: the topics, services, safety cards, phrases and word lists
// that signpost speaks and understands. README.md says how to write them. The examples that the
// weights in language/ were learnt from stay in the repository.
package prompts

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml *.json README.md topics services testdata language/*.yaml language/*.bin language/vectors.LICENSE
var files embed.FS

// FS is the content as shipped.
func FS() fs.FS { return files }
