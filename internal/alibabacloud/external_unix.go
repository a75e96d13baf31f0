//go:build unix

package alibabacloud

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a command the leader of a process group, which is killed when the
// command's context ends. The function that it returns kills what is left of the group.
func ownGroup(cmd *exec.Cmd) (end func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return func() {
		if cmd.Process != nil {
			_ = cmd.Cancel() // the group has usually ended
		}
	}
}
