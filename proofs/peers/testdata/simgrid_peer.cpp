// Gives an event graph to SimGrid, one actor per event, and prints times and dates as
// peers_test.go reads them.
//
//   simgrid_peer GRAPH [--cfg=…]
//
// An actor joins those of its causes, sleeps for its delay and ends. The times are of the
// processor, in seconds; "source" counts from the start of the process.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <simgrid/s4u.hpp>
#include <vector>

namespace sg = simgrid::s4u;

struct Event {
  double delay; // seconds
  std::vector<int> causes;
  sg::ActorPtr actor;
  double date;
};

static double processor_time()
{
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char** argv)
{
  sg::Engine engine(&argc, argv);
  std::FILE* file = argc > 1 ? std::fopen(argv[1], "r") : nullptr;
  if (file == nullptr)
    return 2;
  std::vector<Event> events;
  long long delay;
  int n;
  while (std::fscanf(file, "%lld %d", &delay, &n) == 2) {
    Event e{delay * 1e-9, std::vector<int>(n), nullptr, 0};
    for (int& cause : e.causes)
      if (std::fscanf(file, "%d", &cause) != 1)
        return 2;
    events.push_back(std::move(e));
  }
  std::fclose(file);

  auto* zone = sg::create_full_zone("zone");
  auto* host = zone->create_host("host", 1e9);
  zone->seal();
  for (Event& e : events)
    e.actor = sg::Actor::create("event", host, [&events, &e] {
      for (int cause : e.causes)
        events[cause].actor->join();
      if (e.delay > 0)
        sg::this_actor::sleep_for(e.delay);
      e.date = sg::Engine::get_clock();
    });

  const double begin = processor_time();
  engine.run();
  double answer = 0;
  for (const Event& e : events)
    answer = std::max(answer, e.date);
  const double end = processor_time();
  std::printf("source %.9f\npass %.9f\nanswer %.6f\n", end, end - begin, answer * 1e9);
  for (const Event& e : events)
    std::printf("date %.6f\n", e.date * 1e9);
  return 0;
}
