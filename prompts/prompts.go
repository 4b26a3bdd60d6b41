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

// What programs wrote for programs is large and is read where it lies. The linker keeps one copy of a
// file however often it is embedded.
var (
	//go:embed language/vectors.bin
	vectors string
	//go:embed language/weights.bin
	weights string
	//go:embed language/danger.bin
	danger string
)

var written = map[string]string{
	"language/vectors.bin": vectors,
	"language/weights.bin": weights,
	"language/danger.bin":  danger,
}

// FS is the content as shipped.
func FS() fs.FS { return shipped{files} }

type shipped struct{ embed.FS }

// ReadString returns a file without a copy where that saves one.
func (s shipped) ReadString(name string) (string, error) {
	if text, ok := written[name]; ok {
		return text, nil
	}
	data, err := s.ReadFile(name)
	return string(data), err
}
