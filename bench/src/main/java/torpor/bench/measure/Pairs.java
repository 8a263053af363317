package torpor.bench.measure;

/// Measurements of a subject and of its floor, taken in turns.
public final class Pairs {
  private final double[] subject;
  private final double[] floor;

  private Pairs(double[] subject, double[] floor) {
    this.subject = subject;
    this.floor = floor;
  }

  /// One measurement. A rate or a time; whichever, the same on both sides.
  @FunctionalInterface
  public interface Sample {
    double take() throws Exception;
  }

  /// Takes one pair that does not count, to warm both sides up, and then `count` that do.
  public static Pairs take(int count, Sample subject, Sample floor) throws Exception {
    subject.take();
    floor.take();
    double[] subjects = new double[count];
    double[] floors = new double[count];
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        subjects[i] = subject.take();
        floors[i] = floor.take();
      } else {
        floors[i] = floor.take();
        subjects[i] = subject.take();
      }
    }
    return new Pairs(subjects, floors);
  }

  /// Subject divided by floor.
  public Spread ratio() {
    double[] ratios = new double[subject.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = subject[i] / floor[i];
    }
    return Spread.medianOf(ratios);
  }

  public Spread ofSubject() {
    return Spread.medianOf(subject);
  }

  public Spread ofFloor() {
    return Spread.medianOf(floor);
  }
}
