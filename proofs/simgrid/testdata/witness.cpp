// The witness runs the real SimGrid: it loads a platform, prints the routes
// between all hosts, then sends the messages that the standard input lists and
// prints when each arrives. One process is one simulation.
//
//   witness PLATFORM.xml [--cfg=…] < messages
//
// A message is a line "start source destination bytes". The output is lines
// "route source destination latency link:bandwidth …" (latency "none" where there
// is no route) and "message number date".
#include <cstdio>
#include <iostream>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace sg = simgrid::s4u;

static void print_route(const sg::Host* from, const sg::Host* to)
{
  std::vector<sg::Link*> links;
  double latency = 0;
  from->route_to(to, links, &latency);
  if (links.empty() && latency == 0) {
    std::printf("route %s %s none\n", from->get_cname(), to->get_cname());
    return;
  }
  std::printf("route %s %s %.17g", from->get_cname(), to->get_cname(), latency);
  for (const auto* l : links)
    std::printf(" %s:%.17g", l->get_cname(), l->get_bandwidth());
  std::printf("\n");
}

int main(int argc, char** argv)
{
  sg::Engine engine(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: witness PLATFORM.xml < messages\n");
    return 2;
  }
  engine.load_platform(argv[1]);
  engine.seal_platform();
  for (const auto* from : engine.get_all_hosts())
    for (const auto* to : engine.get_all_hosts())
      print_route(from, to);

  std::string line;
  for (int number = 0; std::getline(std::cin, line); number++) {
    std::istringstream in(line);
    double start = 0;
    double bytes = 0;
    std::string from;
    std::string to;
    in >> start >> from >> to >> bytes;
    sg::Host* source      = sg::Host::by_name(from);
    sg::Host* destination = sg::Host::by_name(to);
    sg::Actor::create("message", source, [=]() {
      sg::this_actor::sleep_until(start);
      sg::Comm::sendto(source, destination, bytes);
      std::printf("message %d %.17g\n", number, sg::Engine::get_clock());
    });
  }
  engine.run();
  return 0;
}
