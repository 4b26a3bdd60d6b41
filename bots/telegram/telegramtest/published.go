package telegramtest

import (
	_ "embed"

	"github.com/mecc-oxfordshire/signpost/internal/schema"
)

// methods.json says which parameters the methods take that we know. It is made from the npm package
// @gramio/types 10.3.1 (Bot API 10.3; MIT licence, its author kravets) with ts-json-schema-generator
// from the types of their parameters. Descriptions are left out, and media, rich messages and payments.
//
//go:embed methods.json
var methodsJSON []byte

var published = schema.MustParse(methodsJSON)

// checkParams returns what the Bot API does not know of the parameters of a call.
func checkParams(c *Call) error {
	if published[c.Method] == nil {
		return nil
	}
	return published.Check(c.Method, c.Params)
}
