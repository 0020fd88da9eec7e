// Package config says what Trellis can be told, and checks it.
//
// It owns the settings, where they come from (flag, then TRELLIS_… in the
// environment, then the configuration file), what is wrong with them in words,
// and the type of a secret that never prints. It opens no database and no
// port, and writes nothing: a bad configuration leaves no trace.
package config
