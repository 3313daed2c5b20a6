// kube-apiserver, as its own repository builds it: its module cannot be installed by itself, since it
// replaces the modules that it is made of by folders. go.mod names them by their versions.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
