namespace DistConv.Grains.Contracts;

/// <summary>The role that a client needs to call a method. A method without it is closed to clients.</summary>
/// <param name="role">The lowest role that may.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresRoleAttribute(ClientRole role) : Attribute
{
    /// <summary>The lowest role that may.</summary>
    public ClientRole Role => role;
}
