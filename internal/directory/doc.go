// Package directory holds services and areas in memory and finds the services that fit a need and a place.
// It never touches the network and keeps nothing of what people look for.
package directory
