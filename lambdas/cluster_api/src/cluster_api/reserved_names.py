"""Names that a node has users or groups of already, so that nobody can be given one.

It spares the caller a cluster that fails: what is missing here is refused by the node itself.
"""

AMAZON_LINUX = (
    *("adm", "audio", "bin", "cdrom", "chrony", "daemon", "dbus", "dialout", "disk", "docker"),
    *("floppy", "ftp", "games", "halt", "input", "kmem", "kvm", "libstoragemgmt", "lock", "lp"),
    *("mail", "man", "mem", "nfsnobody", "nobody", "operator", "render", "root", "rpc", "rpcuser"),
    *("sgx", "shutdown", "sshd", "sssd", "stapdev", "stapsys", "stapusr", "sudo", "sync", "sys"),
    *("systemd", "tape", "tcpdump", "tss", "tty", "users", "utempter", "utmp", "video", "wheel"),
)
PARALLEL_CLUSTER = ("dcv", "dcvextauth", "munge", "slurm")
OURS = ("obi", "sim")
NAMES = (*AMAZON_LINUX, *PARALLEL_CLUSTER, *OURS)
# ec2-user and ec2-instance-connect, pcluster-admin, systemd-network and its like.
PATTERN = "^(ec2|pcluster|systemd)-"
