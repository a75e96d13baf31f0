// Package setting finds a cloud's settings: options with their attribute and their
// environment variables, values that know where they were found, the checks of
// regions, endpoints and keys, and the files that settings come from.
package setting

import (
	"slices"
	"strings"
)

// An Option is one setting of a cloud. The attribute of the schema, the errors and
// the documentation are made from it.
type Option struct {
	Cloud       string   // the cloud's attribute of the provider configuration: "alibabacloud"
	Attribute   string   // within it: "assume_role.role_arn"; "" if only the environment has it
	Environment []string // the variables, in order of precedence
	Description string   // for the documentation: whole sentences in Markdown
	Sensitive   bool
	Required    bool
	Min, Max    int // of a whole number; both 0 for a string
}

// A Catalog has all options of a cloud, in the order of the documentation.
type Catalog struct {
	Cloud   string
	Options []Option
}

// Add returns a new option, which the catalog then has. Flags are [Sensitive],
// [Required] and [Between].
func (c *Catalog) Add(attribute string, environment []string, description string, flags ...func(*Option)) Option {
	o := Option{Cloud: c.Cloud, Attribute: attribute, Environment: environment, Description: description}
	for _, flag := range flags {
		flag(&o)
	}
	c.Options = append(c.Options, o)
	return o
}

// Sensitive marks an option whose value is a secret.
func Sensitive(o *Option) { o.Sensitive = true }

// Required marks an option without which its object is an error.
func Required(o *Option) { o.Required = true }

// Between makes an option a whole number.
func Between(least, most int) func(*Option) {
	return func(o *Option) { o.Min, o.Max = least, most }
}

// Object is the attribute of the cloud that has the option: "assume_role".
func (o Option) Object() string {
	object, _, _ := strings.Cut(o.Attribute, ".")
	return object
}

// Documented are the environment variables with the vendor's current names first,
// as the documentation lists them.
func (o Option) Documented() []string {
	var current, older []string
	for _, name := range o.Environment {
		if strings.HasPrefix(name, "ALIBABA_CLOUD_") || strings.HasPrefix(name, "HW_") {
			current = append(current, name)
		} else {
			older = append(older, name)
		}
	}
	return append(current, older...)
}

// Markdown is the description with the names of the environment variables.
func (o Option) Markdown() string {
	switch names := o.Documented(); len(names) {
	case 0:
		return o.Description
	case 1:
		return o.Description + " Environment variable: `" + names[0] + "`."
	default:
		return o.Description + " Environment variables: `" + strings.Join(names, "`, `") + "`."
	}
}

// String lists the ways to supply the setting.
func (o Option) String() string {
	ways := o.Documented()
	if o.Attribute != "" {
		ways = slices.Insert(ways, 0, o.Cloud+"."+o.Attribute)
	}
	return strings.Join(ways, ", ")
}

// Values are the attributes that a cloud has in the provider configuration, by
// their path: "assume_role.role_arn". Attributes that are null are absent.
type Values map[string]string

// Has is whether an attribute is set, or any attribute within it. An empty string
// counts within an object: the object is there.
func (v Values) Has(path string) bool {
	for name, value := range v {
		if name == path && strings.TrimSpace(value) != "" || strings.HasPrefix(name, path+".") {
			return true
		}
	}
	return false
}

// Lookup finds the values of options in the provider configuration and in the
// environment.
type Lookup struct {
	Configuration Values
	Getenv        func(string) string
}

// Configured is the value in the provider configuration.
func (l Lookup) Configured(o Option) Value {
	if value := NewValue(l.Configuration[o.Attribute], o.Cloud+"."+o.Attribute); o.Attribute != "" && value.IsSet() {
		return value
	}
	return Value{Origin: o.String()}
}

// Environment is the value of the first environment variable that is not empty.
func (l Lookup) Environment(o Option) Value {
	for _, name := range o.Environment {
		if value := NewValue(l.Getenv(name), "the environment variable "+name); value.IsSet() {
			return value
		}
	}
	return Value{Origin: o.String()}
}

// Find is the value in the provider configuration, else in the environment.
func (l Lookup) Find(o Option) Value {
	if value := l.Configured(o); value.IsSet() {
		return value
	}
	return l.Environment(o)
}
