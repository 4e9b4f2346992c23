namespace DistConv.Training.Data.Digits;

/// <summary>One smooth displacement: <c>amplitude · Wave(x · frequencyX + y · frequencyY + phase)</c>, in units of the em square.</summary>
internal readonly record struct ElasticMode(double Amplitude, double FrequencyX, double FrequencyY, double Phase)
{
    public double At(double x, double y) => Amplitude * Waves.Wave((x * FrequencyX) + (y * FrequencyY) + Phase);

    public static ElasticMode Draw(ref DigitRandom random, double strength) =>
        new(strength * random.Bell(), random.Uniform(-0.9, 0.9), random.Uniform(-0.9, 0.9), random.Uniform());
}

/// <summary>How one digit is written: everything of it that is drawn once an image (the control points have random numbers of their own).</summary>
internal readonly record struct DigitStyle
{
    /// <summary>Standard deviation of a control point's displacement, in em.</summary>
    public required double Jitter { get; init; }

    /// <summary>Width over height before the digit is fitted to its box.</summary>
    public required double Aspect { get; init; }

    /// <summary>Horizontal shear: x grows by this much from the bottom to the top.</summary>
    public required double Slant { get; init; }

    /// <summary>Tangent of half the angle of rotation; the rotation itself is then rational: cos = (1 − t²) / (1 + t²), sin = 2t / (1 + t²).</summary>
    public required double HalfAngleTangent { get; init; }

    /// <summary>How much wider the bottom is than the top.</summary>
    public required double Taper { get; init; }

    /// <summary>How far the middle is pushed down.</summary>
    public required double Waist { get; init; }

    public required ElasticMode X0 { get; init; }

    public required ElasticMode X1 { get; init; }

    public required ElasticMode Y0 { get; init; }

    public required ElasticMode Y1 { get; init; }

    /// <summary>The longer side of the box, in pixels.</summary>
    public required double BoxPixels { get; init; }

    /// <summary>Displacement of the centre of mass from the centre of the image, in pixels.</summary>
    public required double ShiftX { get; init; }

    public required double ShiftY { get; init; }

    /// <summary>Half the width of the pen, in pixels.</summary>
    public required double PenRadius { get; init; }

    /// <summary>How much the width swings along the stroke, with which frequency (per em) and phase.</summary>
    public required double PenSwing { get; init; }

    public required double PenFrequency { get; init; }

    public required double PenPhase { get; init; }

    /// <summary>A broad nib: downstrokes are wider than crossbars by about this share (negative: narrower).</summary>
    public required double Nib { get; init; }

    /// <summary>How much thinner and paler the stroke is at its end.</summary>
    public required double EndFade { get; init; }

    /// <summary>Blackness of the ink, and how much it swings along the stroke.</summary>
    public required double Ink { get; init; }

    public required double InkSwing { get; init; }

    /// <summary>Weight of each neighbour in the 3-tap blur.</summary>
    public required double Blur { get; init; }

    /// <summary>Contrast after the blur; what exceeds 1 is clipped.</summary>
    public required double Gain { get; init; }

    /// <summary>Largest share of ink that a pixel loses to the paper's grain.</summary>
    public required double Grain { get; init; }

    public static DigitStyle Draw(ref DigitRandom random)
    {
        double sloppiness = random.Uniform(0.5, 1.5);
        return new DigitStyle
        {
            Jitter = 0.026 * sloppiness,
            Aspect = random.Uniform(0.66, 1.12),
            Slant = 0.12 + (0.20 * random.Bell()),
            HalfAngleTangent = 0.054 * random.Bell(),
            Taper = 0.10 * random.Bell(),
            Waist = 0.07 * random.Bell(),
            X0 = ElasticMode.Draw(ref random, 0.032 * sloppiness),
            X1 = ElasticMode.Draw(ref random, 0.022 * sloppiness),
            Y0 = ElasticMode.Draw(ref random, 0.032 * sloppiness),
            Y1 = ElasticMode.Draw(ref random, 0.022 * sloppiness),
            BoxPixels = random.Uniform(17.4, 20.6),
            ShiftX = 0.6 * random.Bell(),
            ShiftY = 0.6 * random.Bell(),
            PenRadius = 0.80 + (0.92 * random.Uniform() * (0.35 + (0.65 * random.Uniform()))),
            PenSwing = random.Uniform(0.02, 0.22),
            PenFrequency = random.Uniform(0.3, 1.3),
            PenPhase = random.Uniform(),
            Nib = 0.13 * random.Bell(),
            EndFade = random.Uniform(0, 0.45),
            Ink = random.Uniform(0.86, 1.0),
            InkSwing = random.Uniform(0, 0.16),
            Blur = random.Uniform(0.04, 0.15),
            Gain = random.Uniform(1.10, 1.40),
            Grain = random.Uniform(0.0, 0.16),
        };
    }
}
