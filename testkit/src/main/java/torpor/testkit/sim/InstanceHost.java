package torpor.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.Origin;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.network.AddressSlot;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.SnapshotRef;
import torpor.engine.instance.InstanceFiles;
import torpor.engine.instance.Machines;
import torpor.engine.machine.MachineFailure;
import torpor.engine.network.NetworkPlace;
import torpor.engine.network.NetworkPlan;
import torpor.engine.network.Networks;

/// The host of hand-driven instances, as it outlives daemons: machines with a memory, networks,
/// files. Every effect takes time and may stop half-way with the daemon that began it.
final class InstanceHost {
  private static final Duration WORK = Duration.ofMillis(20);

  /// A machine. Its memory is the number of ticks it has run; a paused one does not tick.
  static final class Machine {
    final Generation life;
    int ticks;
    boolean frozen;
    Machines.Ends ends;

    Machine(Generation life, int ticks, Machines.Ends ends) {
      this.life = life;
      this.ticks = ticks;
      this.ends = ends;
    }
  }

  private final SimScheduler scheduler;
  private final Dice dice;
  final Map<InstanceId, Machine> machines = new TreeMap<>();
  final Map<InstanceId, AddressSlot> networks = new TreeMap<>();
  final Set<InstanceId> directories = new TreeSet<>();

  /// What each snapshot on disk holds.
  final Map<InstanceId, Map<Integer, Integer>> snapshots = new HashMap<>();

  final List<String> faults = new ArrayList<>();

  /// What was done, for whoever has to find out why.
  final List<String> story = new ArrayList<>();

  private double failures;

  InstanceHost(SimScheduler scheduler, Dice dice) {
    this.scheduler = scheduler;
    this.dice = dice;
  }

  /// How often an effect that may fail does.
  void failing(double probability) {
    failures = probability;
  }

  /// Runs `work` a while later, if the daemon that asked still lives; or only its beginning.
  private <T> CompletionStage<T> later(Life daemon, Runnable half, Supplier<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    scheduler.after(
        daemon,
        dice.upTo(WORK),
        () -> {
          half.run();
          scheduler.after(
              daemon,
              dice.upTo(WORK),
              () -> {
                try {
                  done.complete(work.get());
                } catch (MachineFailure e) {
                  done.completeExceptionally(e);
                }
              });
        });
    return done;
  }

  private void perhapsFail(String what) {
    if (dice.chance(failures)) {
      throw failure(what + " failed");
    }
  }

  private static MachineFailure failure(String detail) {
    return new MachineFailure(
        MachineFailure.Kind.OTHER, Refusal.of(RefusalCode.INTERNAL, detail, "Try again."));
  }

  private Map<Integer, Integer> disk(InstanceId id) {
    return snapshots.computeIfAbsent(id, _ -> new TreeMap<>());
  }

  Machines machines(Life daemon) {
    return new SimMachines(daemon);
  }

  private final class SimMachines implements Machines {
    private final Life daemon;

    SimMachines(Life daemon) {
      this.daemon = daemon;
    }

    private MachineHandle born(Instance instance, Generation life, int ticks, Ends ends) {
      if (machines.containsKey(instance.id())) {
        faults.add("two machines of " + instance.spec().name());
      }
      story.add("born " + instance.spec().name() + " " + life);
      machines.put(instance.id(), new Machine(life, ticks, ends));
      return new MachineHandle("m" + life);
    }

    @Override
    public CompletionStage<MachineHandle> start(
        Instance instance, Generation life, Optional<NetworkPlace> network, Ends ends) {
      story.add("start " + instance.spec().name() + " " + life);
      if (instance.slot().isPresent() && network.isEmpty()) {
        faults.add("started without its network");
      }
      return later(
          daemon,
          () -> {},
          () -> {
            perhapsFail("the start");
            return born(instance, life, 0, ends);
          });
    }

    @Override
    public CompletionStage<MachineHandle> restore(
        Instance instance,
        Generation life,
        SnapshotRef snapshot,
        Optional<NetworkPlace> network,
        Ends ends) {
      story.add("restore " + instance.spec().name() + " " + life);
      return later(
          daemon,
          () -> {},
          () -> {
            perhapsFail("the restore");
            Integer ticks = disk(instance.id()).get(snapshot.number().number());
            if (ticks == null) {
              faults.add("restored a snapshot that is not there");
              throw failure("no such snapshot");
            }
            return born(instance, life, ticks, ends);
          });
    }

    @Override
    public CompletionStage<SnapshotFacts> snapshot(
        Instance instance,
        Generation life,
        MachineHandle machine,
        SnapshotNumber number,
        boolean keepsRunning) {
      InstanceId id = instance.id();
      return later(
          daemon,
          () -> Optional.ofNullable(machines.get(id)).ifPresent(m -> m.frozen = true),
          () -> {
            Machine there = machines.get(id);
            if (there == null || !there.life.equals(life)) {
              throw new MachineFailure(
                  MachineFailure.Kind.OTHER,
                  Refusal.of(RefusalCode.INTERNAL, "no machine", "Start it."),
                  true,
                  new IllegalStateException("gone"));
            }
            perhapsFail("the snapshot");
            disk(id).put(number.number(), there.ticks);
            return new SnapshotFacts(1, Optional.empty());
          });
    }

    @Override
    public CompletionStage<Void> pause(Instance instance, Generation life) {
      return freeze(instance, life, true);
    }

    @Override
    public CompletionStage<Void> resume(Instance instance, Generation life) {
      return freeze(instance, life, false);
    }

    private CompletionStage<Void> freeze(Instance instance, Generation life, boolean frozen) {
      return later(
          daemon,
          () -> {},
          () -> {
            Machine there = machines.get(instance.id());
            if (there != null && there.life.equals(life)) {
              there.frozen = frozen;
            }
            return nothing();
          });
    }

    @Override
    public CompletionStage<Void> release(Instance instance, Generation life) {
      return kill(instance, life, Optional.empty(), Duration.ZERO);
    }

    @Override
    public CompletionStage<Void> kill(
        Instance instance, Generation life, Optional<MachineHandle> machine, Duration grace) {
      story.add("kill " + instance.spec().name() + " " + life);
      return later(
          daemon,
          () -> {},
          () -> {
            Machine there = machines.get(instance.id());
            if (there != null && there.life.compareTo(life) <= 0) {
              machines.remove(instance.id());
            }
            return nothing();
          });
    }

    @Override
    public CompletionStage<Optional<Alive>> adopt(Instance instance, Ends ends) {
      Machine there = machines.get(instance.id());
      if (there == null || !there.life.equals(instance.generation())) {
        machines.remove(instance.id());
        return CompletableFuture.completedFuture(Optional.empty());
      }
      there.ends = ends;
      return CompletableFuture.completedFuture(
          Optional.of(new Alive(new MachineHandle("adopted"), there.frozen)));
    }
  }

  /// The program of a running machine ends by itself.
  void endOne(Life daemon) {
    Optional<InstanceId> one =
        machines.entrySet().stream()
            .filter(entry -> !entry.getValue().frozen)
            .map(entry -> entry.getKey())
            .findFirst();
    one.ifPresent(id -> {
      Machine machine = machines.remove(id);
      if (machine != null) {
        ExitStatus how = new ExitStatus.Exited(dice.below(2));
        scheduler.now(daemon, () -> machine.ends.ended(id, machine.life, how));
      }
    });
  }

  void tick() {
    machines.values().stream().filter(m -> !m.frozen).forEach(m -> m.ticks++);
  }

  Networks networks(Life daemon) {
    return new Networks() {
      @Override
      public Optional<Refusal> unavailable() {
        return Optional.empty();
      }

      @Override
      public int slots() {
        return 64;
      }

      @Override
      public String outside(AddressSlot slot) {
        return "10.9.0." + slot;
      }

      @Override
      public Map<InstanceId, AddressSlot> left() {
        return Map.copyOf(networks);
      }

      @Override
      public CompletionStage<NetworkPlace> attach(NetworkPlan plan) {
        return later(
            daemon,
            () -> networks.put(plan.instance(), plan.slot()),
            () -> {
              perhapsFail("the network");
              if (new HashSet<>(networks.values()).size() < networks.size()) {
                faults.add("two instances at one address");
              }
              return new NetworkPlace(
                  "ns",
                  "tap0",
                  "02:00:00:00:00:02",
                  "10.0.0.2/24",
                  "10.0.0.1",
                  List.of(),
                  "",
                  1500);
            });
      }

      @Override
      public CompletionStage<Void> detach(InstanceId instance, AddressSlot slot) {
        return later(
            daemon,
            () -> {},
            () -> {
              networks.remove(instance);
              return nothing();
            });
      }

      @Override
      public CompletionStage<Integer> sweep(Set<InstanceId> known) {
        networks.keySet().retainAll(known);
        return CompletableFuture.completedFuture(0);
      }
    };
  }

  InstanceFiles files(Life daemon) {
    return new InstanceFiles() {
      @Override
      public CompletionStage<?> prepare(Instance instance) {
        return later(
            daemon,
            () -> directories.add(instance.id()),
            () -> {
              perhapsFail("the directory");
              if (instance.spec().origin() instanceof Origin.Fork fork) {
                Integer ticks = disk(fork.source()).get(fork.snapshot().number());
                if (ticks == null) {
                  throw failure("the source's snapshot is gone");
                }
                disk(instance.id()).put(1, ticks);
              }
              return nothing();
            });
      }

      @Override
      public CompletionStage<?> dropSnapshot(Instance instance, SnapshotNumber number) {
        return later(
            daemon,
            () -> {},
            () -> {
              disk(instance.id()).remove(number.number());
              return nothing();
            });
      }

      @Override
      public CompletionStage<?> remove(Instance instance) {
        return later(
            daemon,
            () -> snapshots.remove(instance.id()),
            () -> {
              directories.remove(instance.id());
              return nothing();
            });
      }
    };
  }

  @SuppressWarnings("NullAway") // What a future of nothing completes with.
  private static Void nothing() {
    return null;
  }
}
