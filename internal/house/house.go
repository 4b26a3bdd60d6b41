// Package house holds the rules of this house as tests: who may import whom, where each library
// lives, and what every package says of itself.
package house
