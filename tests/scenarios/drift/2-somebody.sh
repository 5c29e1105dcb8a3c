virsh snapshot-delete web01 tuned
virsh snapshot-create-as web01 theirs --description Theirs
