"""Small excesses over scans."""
