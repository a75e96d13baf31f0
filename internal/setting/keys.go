package setting

import "fmt"

// Keys are an access key: its two halves, and the token of a temporary one.
type Keys struct {
	Access, Secret, Token Value
}

// Found is whether there is any part of an access key.
func (k Keys) Found() bool { return k.Access.Found() || k.Secret.Found() || k.Token.Found() }

// FillFrom gives the keys with the half that they lack, taken from the
// environment's. It isn't taken where the environment has the other half too and
// that one differs: there the environment names another access key. A token is
// never taken, as it may belong to another one.
func (k Keys) FillFrom(environment Keys) Keys {
	other := func(own, theirs Value) bool { return own.Found() && theirs.Found() && own.Text != theirs.Text }
	if !k.Found() || other(k.Access, environment.Access) || other(k.Secret, environment.Secret) {
		return k
	}
	if !k.Access.Found() {
		k.Access = environment.Access
	}
	if !k.Secret.Found() {
		k.Secret = environment.Secret
	}
	return k
}

// Check is an error where there is a part of an access key without its halves.
func (k Keys) Check() error {
	for _, half := range []struct {
		name  string
		value Value
	}{{"access key", k.Access}, {"secret key", k.Secret}} {
		if half.value.Found() {
			continue
		}
		for _, given := range []Value{k.Access, k.Secret, k.Token} {
			if given.Found() {
				return fmt.Errorf("%s is set, but the %s that belongs to it is missing (%s)", given.Origin, half.name, half.value.Origin)
			}
		}
	}
	return nil
}
