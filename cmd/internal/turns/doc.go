// Package turns shares the processors between work that takes seconds, such as an
// import, and those who ask for something meanwhile.
//
// It owns how the system is asked for that, and not who works for long.
package turns
