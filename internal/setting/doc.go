// Package setting is what the clouds have in common in finding their settings: a
// table of sources, values that know where they were found, the checks of regions,
// endpoints, keys and times, the configuration files of the vendors' CLIs, and the
// errors that tell what is missing or wrong.
package setting
