namespace Tombola.Cli.Tests.Trust;

/// <summary>Libraries that lie to the program about its system, put before the C library.</summary>
internal static class Stub
{
    /// <summary>Locks that fail, as on network disks without a lock server.</summary>
    public const string NoLocks =
        """
        #include <errno.h>
        #include <stdarg.h>
        #include <fcntl.h>
        #include <dlfcn.h>
        int flock(int file, int operation) { errno = ENOLCK; return -1; }
        static int control(const char *name, int file, int command, void *argument)
        {
            if (command == F_SETLK || command == F_SETLKW || command == F_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW) { errno = ENOLCK; return -1; }
            int (*real)(int, int, void *) = dlsym(RTLD_NEXT, name);
            return real(file, command, argument);
        }
        int fcntl(int file, int command, ...) { va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list); return control("fcntl", file, command, argument); }
        int fcntl64(int file, int command, ...) { va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list); return control("fcntl64", file, command, argument); }
        """;

    /// <summary>A disk that shows claims and entries of others only after one and a half seconds; to create one exclusively fails at once, as it should.</summary>
    public const string LateSight =
        """
        #include <errno.h>
        #include <stdarg.h>
        #include <string.h>
        #include <stdlib.h>
        #include <stdio.h>
        #include <fcntl.h>
        #include <time.h>
        #include <unistd.h>
        #include <pthread.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <dlfcn.h>
        static char *mine[100000];
        static int count;
        static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
        /* The claim or entry that a path is or lies in: STORE/claims/NAME, STORE/xx/KEY. */
        static int place(const char *path, char *out)
        {
            const char *store = getenv("TOMBOLA_STORE");
            size_t n = store ? strlen(store) : 0;
            if (!n || !path || strncmp(path, store, n) || path[n] != '/' || strlen(path) > 900) return 0;
            const char *first = path + n + 1, *second = strchr(first, '/');
            if (!second || !(second - first == 2 || !strncmp(first, "claims/", 7))) return 0;
            const char *end = strchr(second + 1, '/');
            size_t length = end ? (size_t)(end - path) : strlen(path);
            memcpy(out, path, length);
            out[length] = 0;
            return 1;
        }
        static void own(const char *path)
        {
            char name[1024];
            if (!place(path, name)) return;
            pthread_mutex_lock(&gate);
            if (count < 100000) mine[count++] = strdup(name);
            pthread_mutex_unlock(&gate);
        }
        static int hidden(const char *path)
        {
            char name[1024];
            struct stat found;
            struct timespec now;
            if (!place(path, name)) return 0;
            pthread_mutex_lock(&gate);
            int known = 0;
            for (int i = 0; i < count && !known; i++) known = !strcmp(mine[i], name);
            pthread_mutex_unlock(&gate);
            if (known || syscall(SYS_newfstatat, AT_FDCWD, name, &found, AT_SYMLINK_NOFOLLOW)) return 0;
            clock_gettime(CLOCK_REALTIME, &now);
            return (now.tv_sec - found.st_ctim.tv_sec) + (now.tv_nsec - found.st_ctim.tv_nsec) / 1e9 < 1.5;
        }
        #define REAL(result, name, types, arguments) ((result (*) types)dlsym(RTLD_NEXT, name)) arguments
        #define LOOK(name, type) int name(const char *path, type *out) { if (hidden(path)) { errno = ENOENT; return -1; } return REAL(int, #name, (const char *, type *), (path, out)); }
        LOOK(stat, struct stat) LOOK(lstat, struct stat)
        struct stat64; LOOK(stat64, struct stat64) LOOK(lstat64, struct stat64)
        #define OLD(name, type) int name(int version, const char *path, type *out) { if (hidden(path)) { errno = ENOENT; return -1; } return REAL(int, #name, (int, const char *, type *), (version, path, out)); }
        OLD(__xstat, struct stat) OLD(__lxstat, struct stat) OLD(__xstat64, struct stat64) OLD(__lxstat64, struct stat64)
        int access(const char *path, int mode) { if (hidden(path)) { errno = ENOENT; return -1; } return REAL(int, "access", (const char *, int), (path, mode)); }
        static int opened(const char *name, const char *path, int flags, int mode)
        {
            if (!(flags & O_CREAT) && hidden(path)) { errno = ENOENT; return -1; }
            int file = REAL(int, name, (const char *, int, int), (path, flags, mode));
            if (file >= 0 && (flags & O_EXCL)) own(path);
            return file;
        }
        int open(const char *path, int flags, ...) { va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); return opened("open", path, flags, mode); }
        int open64(const char *path, int flags, ...) { va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); return opened("open64", path, flags, mode); }
        int rename(const char *from, const char *to) { int result = REAL(int, "rename", (const char *, const char *), (from, to)); if (!result) own(to); return result; }
        """;

    /// <summary>A clock on the wall that jumps at every look: back, ahead by years, before 1970.</summary>
    public const string JumpingClock =
        """
        #include <time.h>
        #include <sys/time.h>
        #include <unistd.h>
        #include <sys/syscall.h>
        static long jump(void)
        {
            static _Atomic unsigned looks;
            static const long jumps[] = { 0, -3600, 315360000, -2000000000, 86400, -4000000000, 5 };
            return jumps[looks++ % 7];
        }
        int clock_gettime(clockid_t clock, struct timespec *time)
        {
            int result = (int)syscall(SYS_clock_gettime, clock, time);
            if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += jump();
            return result;
        }
        time_t time(time_t *out) { struct timespec now; clock_gettime(CLOCK_REALTIME, &now); if (out) *out = now.tv_sec; return now.tv_sec; }
        int gettimeofday(struct timeval *out, void *zone) { struct timespec now; clock_gettime(CLOCK_REALTIME, &now); out->tv_sec = now.tv_sec; out->tv_usec = now.tv_nsec / 1000; return 0; }
        """;

    /// <summary>Compiles one and gives its path.</summary>
    public static string Compile(Sandbox sandbox, string text)
    {
        var (source, library) = (sandbox.At("stub.c"), sandbox.At("stub.so"));
        File.WriteAllText(source, "#define _GNU_SOURCE\n" + text);
        var ended = Shell.Run("cc", "-shared", "-fPIC", "-O1", "-w", "-o", library, source, "-ldl", "-lpthread");
        Assert.True(ended.Code == 0, ended.ToString());
        return library;
    }
}
