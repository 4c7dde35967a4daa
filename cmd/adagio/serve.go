package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"adagio/analysis/report/serve"

	"github.com/spf13/cobra"
)

// lastWords is how long requests may take to end when the server stops.
const lastWords = 2 * time.Second

// stopSignals end what runs until it is stopped: Ctrl-C, and what services are stopped
// with.
var stopSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// serve is the command "adagio serve".
func (a *app) serve() *cobra.Command {
	port, budget := 0, ""
	cmd := &cobra.Command{
		Use:   "serve FOLDER",
		Short: "Show the models of a folder in a browser, up to date while they are edited",
		Long: `Serve lists the models of a folder with their bounds at an address of this machine,
http://127.0.0.1, and shows the page of explain --html for each: with the plan, the
parameters and the execution to choose, and changes to type, which it answers as
explain --what-if does. A page is loaded again when a file that it is made from
changes. Ctrl-C stops it.

A .ballet file that has a plan with its assembly is a model; those files of a folder
that are not make up one model together. Files and folders whose name begins with a
dot are left out.

Only the browser of this machine is answered, for pages of this address: requests that
name another host or come from another site are refused. Nothing is written, and no
file outside of the folder is read, whatever a model or a symbolic link names.`,
		Example: `  adagio serve models
  adagio serve . --port 8080`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, fmt.Sprintf("one folder is served, and %d are named", len(args)), "name the folder that has the models, such as .")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := durationOption(cmd, "budget", budget, "30s")
			switch {
			case err != nil:
				return err
			case limit == 0:
				return usage(cmd, "--budget is 0", "an analysis takes some time")
			case port < 0 || port > 65535:
				return usage(cmd, fmt.Sprintf("--port %d is not a port", port), "give one up to 65535, or 0 for any that is free")
			}
			h, err := serve.New(args[0], serve.Options{Budget: limit, Made: versionText() + " · adagio serve"})
			if err != nil {
				return broken(err)
			}
			defer h.Close()
			ctx, stop := signal.NotifyContext(cmd.Context(), stopSignals...)
			defer stop()
			return a.serveOn(ctx, port, h)
		},
	}
	f := cmd.Flags()
	f.IntVar(&port, "port", 0, "the `number` of the port; 0 is any that is free")
	f.StringVar(&budget, "budget", "10s", "how long a page waits for an analysis before it says that it takes longer, as a `duration`")
	return cmd
}

// serveOn serves until the context ends, and then lets requests end.
func (a *app) serveOn(ctx context.Context, port int, h http.Handler) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return broken(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	fmt.Fprintf(a.out, "http://%s\n", listener.Addr())
	if err := a.out.Flush(); err != nil {
		listener.Close()
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return broken(err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return broken(err)
	}
	return nil
}
